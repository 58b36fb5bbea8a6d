import { kernelContract } from '../../../tests/kernelContract.ts';
import * as optimizer from './optimizer.ts';

kernelContract('optimizer', optimizer);
