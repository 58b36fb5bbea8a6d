import { testLessons } from '../../../tests/lessonsContract.ts';
import { priceBargainingLessons } from './lessons.ts';

testLessons(priceBargainingLessons, { families: 29, paraphrases: 10 });
