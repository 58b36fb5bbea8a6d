import type { HostTensor } from './weights.ts';

/** A token that could have been drawn at a place. */
export interface LikelyToken {
  readonly tokenId: number;
  /** Nats, at the temperature that was asked for. */
  readonly logProb: number;
}

/** The log-probs of every token after a final state: `log softmax(head · hidden / temperature)`, length V. */
export function tokenLogProbs(
  hidden: Float32Array,
  { data: head, shape }: HostTensor,
  temperature: number,
): Float64Array {
  const [vocabularySize = 0, width = 0] = shape;
  const logits = new Float64Array(vocabularySize);
  let largest = -Infinity;
  for (let token = 0; token < vocabularySize; token++) {
    let logit = 0;
    for (let at = 0, weight = token * width; at < width; at++, weight++)
      logit += (head[weight] ?? NaN) * (hidden[at] ?? NaN);
    logits[token] = logit / temperature;
    largest = Math.max(largest, logit / temperature);
  }
  const mass = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  const logMass = largest + Math.log(mass);
  return logits.map((logit) => logit - logMass);
}

/** The `count` likeliest tokens, the likeliest first; of equal ones the lower id. */
export function likeliest(logProbs: Float64Array, count: number): LikelyToken[] {
  const order = Array.from(logProbs.keys()).sort((a, b) => (logProbs[b] ?? 0) - (logProbs[a] ?? 0) || a - b);
  return order.slice(0, count).map((tokenId) => ({ tokenId, logProb: logProbs[tokenId] ?? NaN }));
}
