import { describe, expect, test } from 'vitest';
import { AppError } from '../base/errors.ts';
import { assertFits, requestGpuDevice } from './device.ts';

const LIMITS = { maxBufferSize: 1000e6, maxStorageBufferBindingSize: 400e6, maxStorageBuffersPerShaderStage: 10 };

/** An adapter with these features, and the levers by which its device fails. */
function fakeGpu(features: readonly string[] = [], info: Partial<GPUAdapterInfo> = { vendor: 'v', architecture: 'a' }) {
  let lose: (lost: Pick<GPUDeviceLostInfo, 'reason' | 'message'>) => void = () => undefined;
  let fail: (message: string) => void = () => undefined;
  const requested: GPUDeviceDescriptor[] = [];
  const scopes: ((error: { message: string } | null) => void)[] = [];
  const device = {
    limits: LIMITS,
    lost: new Promise((resolve) => (lose = resolve)),
    pushErrorScope: () => undefined,
    popErrorScope: () => new Promise((resolve) => scopes.push(resolve)),
    addEventListener: (_type: string, listen: (event: { error: { message: string } }) => void) => {
      fail = (message) => listen({ error: { message } });
    },
  };
  const adapter = {
    limits: LIMITS,
    info,
    features: new Set(features),
    requestDevice: async (descriptor: GPUDeviceDescriptor) => {
      requested.push(descriptor);
      return device;
    },
  };
  const gpu = { requestAdapter: async () => adapter } as unknown as GPU; // as much of it as is used
  return {
    gpu,
    requested,
    scopes,
    fail: (message: string) => fail(message),
    lose: async (reason: GPUDeviceLostReason, message: string) => {
      lose({ reason, message });
      await Promise.resolve();
    },
  };
}

describe('taking the device', () => {
  test('without WebGPU it says what is missing, why, and what to do', async () => {
    const failure = await requestGpuDevice(undefined).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({
      code: 'webgpu-missing',
      what: expect.stringContaining('WebGPU'),
      why: expect.stringContaining('too old'),
      fix: expect.stringContaining('https'),
    });
  });

  test('without an adapter the reason is another one', async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU; // as much of it as is used
    await expect(requestGpuDevice(gpu)).rejects.toMatchObject({
      code: 'webgpu-missing',
      why: expect.stringContaining('no usable graphics adapter'),
    });
  });

  test('it asks for all that the adapter allows, and for no feature that is not there', async () => {
    const { gpu, requested } = fakeGpu(['shader-f16', 'something-else']);
    await requestGpuDevice(gpu);
    expect(requested[0]?.requiredLimits).toMatchObject(LIMITS);
    expect(requested[0]?.requiredFeatures).toEqual(['shader-f16']);
  });

  test.each([
    [{ vendor: 'google', architecture: 'swiftshader', device: '' }, 'google / swiftshader'],
    [{ vendor: 'nvidia', architecture: '', device: 'h' }, 'nvidia / h'],
    [{ vendor: '', architecture: '', device: '' }, 'unnamed adapter'],
  ])('the adapter %o is called %s', async (info, name) => {
    expect((await requestGpuDevice(fakeGpu([], info).gpu)).adapterName).toBe(name);
  });
});

describe('faults are told when somebody asks', () => {
  test('an error of the device, and of several the first', async () => {
    const { gpu, fail } = fakeGpu();
    const device = await requestGpuDevice(gpu);
    expect(() => device.assertHealthy()).not.toThrow();
    fail('binding 3 is too large');
    fail('and then everything else broke');
    expect(() => device.assertHealthy()).toThrow(/binding 3 is too large/);
    expect(() => device.assertHealthy()).toThrow(/binding 3 is too large/); // it does not heal
  });

  test('a device that was lost, but not one that we destroyed', async () => {
    const lost = fakeGpu();
    const device = await requestGpuDevice(lost.gpu);
    await lost.lose('unknown', 'driver reset');
    expect(() => device.assertHealthy()).toThrow(/driver reset/);
    const destroyed = fakeGpu();
    const other = await requestGpuDevice(destroyed.gpu);
    await destroyed.lose('destroyed', '');
    expect(() => other.assertHealthy()).not.toThrow();
  });
});

describe('memory that is not there', () => {
  test('is told by what it was for, when everything has been answered', async () => {
    const { gpu, scopes } = fakeGpu();
    const device = await requestGpuDevice(gpu);
    expect(device.allocate('The key cache', () => 7)).toBe(7);
    device.allocate('The gradients', () => undefined);
    const allocated = device.allocated();
    scopes[0]?.(null);
    scopes[1]?.({ message: 'not enough' });
    await expect(allocated).rejects.toMatchObject({
      code: 'gpu-memory',
      what: expect.stringContaining('The gradients'),
      why: 'not enough',
      fix: expect.stringContaining('smaller model'),
    });
    expect(() => device.assertHealthy()).toThrow(/The gradients/);
  });

  test('what was made before an exception is asked about too', async () => {
    const { gpu, scopes } = fakeGpu();
    const device = await requestGpuDevice(gpu);
    expect(() =>
      device.allocate('The key cache', () => {
        throw new Error('no plan');
      }),
    ).toThrow('no plan');
    scopes[0]?.(null);
    await expect(device.allocated()).resolves.toBeUndefined();
  });
});

describe('a rejected operation', () => {
  test('is explained by the loss of the device, also when that is told a little later', async () => {
    const { gpu, lose } = fakeGpu();
    const device = await requestGpuDevice(gpu);
    const behind = device.faultBehind(new Error('aborted'));
    await lose('unknown', 'driver reset');
    expect(await behind).toMatchObject({ code: 'gpu-lost', why: 'driver reset' });
  });

  test('or by itself, when nothing else is wrong', async () => {
    const device = await requestGpuDevice(fakeGpu().gpu);
    expect(await device.faultBehind(new Error('mapped already'))).toMatchObject({
      code: 'gpu-fault',
      why: 'mapped already',
    });
  });
});

describe('one buffer', () => {
  const device = { limits: LIMITS } as unknown as GPUDevice; // only its limits are read

  test('up to the smaller of both limits fits', () => {
    expect(() => assertFits(device, 'The cache', 400e6)).not.toThrow();
  });

  test('beyond it is refused before it is made, with both sizes and the way out', () => {
    expect(() => assertFits(device, 'The cache', 400e6 + 1)).toThrow(AppError);
    expect(() => assertFits(device, 'The cache', 512e6)).toThrow(
      /The cache needs a graphics buffer of 512 MB\..*at most 400 MB.*Lower/,
    );
  });
});
