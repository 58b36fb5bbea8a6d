import type { Explanation } from '../base/errors.ts';

/** What the page can tell about the browser without asking for a device. */
export interface BrowserFacts {
  readonly isSecureContext: boolean;
  readonly hasGpu: boolean;
  readonly userAgent: string;
}

/** Why there is no WebGPU here, and what this person can do about it in this browser. */
export function explainMissingGpu({ isSecureContext, hasGpu, userAgent }: BrowserFacts): Explanation {
  const what = 'WebGPU is not available, so the strategist cannot be trained on your GPU.';
  if (!isSecureContext) {
    return {
      what,
      why: 'Browsers offer WebGPU only on https pages and on localhost; this page came over plain http.',
      fix: 'Open Parley under https, or as http://localhost on this machine.',
    };
  }
  if (hasGpu) {
    return {
      what,
      why: 'The browser knows WebGPU but found no adapter: the graphics driver is missing, blocked or switched off.',
      fix: 'Switch on hardware acceleration in the browser’s settings, update the graphics driver and reload.',
    };
  }
  return { what, why: 'This browser does not offer WebGPU.', fix: adviceFor(userAgent) };
}

function adviceFor(userAgent: string): string {
  if (/Firefox\//.test(userAgent)) {
    return 'Use a current Firefox on Windows or macOS, or set dom.webgpu.enabled in about:config; or open Parley in Chrome or Edge.';
  }
  if (/Chrome\//.test(userAgent)) {
    return /Linux/.test(userAgent) && !/Android/.test(userAgent)
      ? 'Open chrome://flags, enable “Unsafe WebGPU Support” and “Vulkan”, and restart the browser.'
      : 'Update the browser to version 121 or newer and switch on hardware acceleration in its settings.';
  }
  if (/Safari\//.test(userAgent)) return 'Update to Safari 26 or newer; or open Parley in Chrome or Edge.';
  return 'Open Parley in a current Chrome, Edge, Firefox or Safari.';
}
