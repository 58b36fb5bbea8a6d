import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createHash } from 'node:crypto';

const PYTHON = 'tools/.venv/bin/python';
const SCRIPT = 'tools/onnx/export.py';

/**
 * The model as an ONNX file: one that lies in `bench/onnx`, or one made now, when Python is set up (tools/README.md).
 * Its name holds the beginning of the SHA-256 of the weights that it was made from, so that it cannot be of older ones.
 */
export function findOnnxFile(folder: string, say: (text: string) => void): { path: string } | { why: string } {
  const weights = join(folder, 'model.safetensors');
  if (!existsSync(weights)) return { why: `${folder} holds no model.safetensors` };
  const digest = createHash('sha256').update(readFileSync(weights)).digest('hex');
  const name = `${basename(folder)}-${digest.slice(0, 12)}.onnx`;
  const committed = join('bench/onnx', name);
  const made = join('.cache/onnx', name);
  const found = [committed, made].find((path) => existsSync(path));
  if (found) return { path: found };
  if (!existsSync(PYTHON)) return { why: `there is no ${committed}, and no ${PYTHON} to make it (tools/README.md)` };
  say(`exporting ${folder} to ${made}`);
  mkdirSync('.cache/onnx', { recursive: true });
  const { status, stderr } = spawnSync(PYTHON, [SCRIPT, folder, made], { encoding: 'utf8' });
  if (status === 0) return { path: made };
  return { why: `${SCRIPT} failed: ${stderr.trim().split('\n').at(-1) ?? ''}` };
}
