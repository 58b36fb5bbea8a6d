import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { GpuDevice } from './device.ts';

/**
 * Makes our device tfjs's `webgpu` backend: one device, one owner. tfjs would request one of its own, with too few storage
 * buffers for `addN` and nobody listening to its faults.
 */
export async function setWebGpuBackend({ device, info }: GpuDevice): Promise<void> {
  // In a browser, importing the package has registered it with a device of its own.
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  await tf.setBackend('webgpu');
  tf.env().set('WEBGPU_CPU_FORWARD', false); // else small operations are computed by the CPU backend
}

/** The slow fallback: every operation on one core of the CPU. */
export async function setCpuBackend(): Promise<void> {
  await tf.setBackend('cpu');
}
