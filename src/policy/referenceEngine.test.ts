import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import { engineContract } from '../../tests/engineContract.ts';
import { ReferenceEngine } from './referenceEngine.ts';

beforeAll(() => tf.setBackend('cpu'));

engineContract('plain operations on the CPU', (config) => new ReferenceEngine(config));
