import { kernelContract } from '../../../tests/kernelContract.ts';
import * as head from './head.ts';

kernelContract('head', head);
