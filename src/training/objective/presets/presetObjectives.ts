import type { PresetName } from '../../../record/objectivePreset.ts';
import type { Objective } from '../parts.ts';
import { aepo } from './aepo.ts';
import { arpo } from './arpo.ts';
import { bapo } from './bapo.ts';
import { capo } from './capo.ts';
import { copg } from './copg.ts';
import { critiqueGrpo } from './critiqueGrpo.ts';
import { d3s } from './d3s.ts';
import { dapo } from './dapo.ts';
import { dcpo } from './dcpo.ts';
import { defaultObjective } from './default.ts';
import { drGrpo } from './drGrpo.ts';
import { empo } from './empo.ts';
import { epo } from './epo.ts';
import { epoEntropy } from './epoEntropy.ts';
import { grpo } from './grpo.ts';
import { gspo } from './gspo.ts';
import { hapo } from './hapo.ts';
import { hpt } from './hpt.ts';
import { icpo } from './icpo.ts';
import { igpo } from './igpo.ts';
import { polychromic } from './polychromic.ts';
import { ppo } from './ppo.ts';
import { rapo } from './rapo.ts';
import { reinforce } from './reinforce.ts';
import { reinforcePlusPlus } from './reinforcePlusPlus.ts';
import { riskpo } from './riskpo.ts';
import { rloo } from './rloo.ts';
import { sft } from './sft.ts';
import { tPpo } from './tPpo.ts';
import { xrpo } from './xrpo.ts';

/** The composition behind every name; labels and knobs are in `record/objectivePreset.ts`. */
export const PRESET_OBJECTIVES: Readonly<Record<PresetName, Objective>> = {
  default: defaultObjective,
  epo,
  'epo-entropy': epoEntropy,
  reinforce,
  'reinforce-plus-plus': reinforcePlusPlus,
  rloo,
  grpo,
  'dr-grpo': drGrpo,
  ppo,
  gspo,
  dapo,
  riskpo,
  aepo,
  bapo,
  d3s,
  igpo,
  xrpo,
  arpo,
  polychromic,
  copg,
  icpo,
  hpt,
  sft,
  't-ppo': tPpo,
  dcpo,
  rapo,
  capo,
  hapo,
  'critique-grpo': critiqueGrpo,
  empo,
};
