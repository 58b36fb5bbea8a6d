import { kernelContract } from '../../../tests/kernelContract.ts';
import * as linear from './linear.ts';

kernelContract('linear', linear);
