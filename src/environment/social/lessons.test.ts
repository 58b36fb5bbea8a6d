import { testLessons } from '../../../tests/lessonsContract.ts';
import { socialLessons } from './lessons.ts';

testLessons(socialLessons, { families: 36, paraphrases: 10 });
