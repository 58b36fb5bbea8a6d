import { testLessons } from '../../../tests/lessonsContract.ts';
import { sotopiaLessons } from './lessons.ts';

testLessons(sotopiaLessons, { families: 8, paraphrases: 12, episodes: 60 });
