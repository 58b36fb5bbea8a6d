import { kernelContract } from '../../../tests/kernelContract.ts';
import * as sampling from './sampling.ts';

kernelContract('sampling', sampling);
