import { kernelContract } from '../../../tests/kernelContract.ts';
import * as sequence from './sequence.ts';

kernelContract('sequence', sequence);
