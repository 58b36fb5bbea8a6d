import { z } from 'zod';
import { Interval } from './evaluation.ts';
import { Cell, ExperimentOrder, Milestone, PartFailure, Training } from './experiment.ts';

/** Two conditions on the same scenarios with the same random numbers. */
export const Comparison = z.strictObject({
  label: z.string(),
  against: z.string(),
  /** `label` minus `against`, paired by scenario, with the interval of the cluster bootstrap. */
  difference: Interval,
  /** Of the sign-flip test. */
  p: z.number(),
  /** The same after Holm's correction over the comparisons of one list. */
  corrected: z.number(),
  /** The same difference of margins; absent where partners' points are not known. */
  margin: Interval.exactOptional(),
});
export type Comparison = z.infer<typeof Comparison>;

const IntervalRow = z.strictObject({ label: z.string(), interval: Interval });
const Point = z.strictObject({ x: z.number(), y: Interval });

/** A page of results as data: the page, HTML and Markdown draw the same. All text is text, never markup. */
export const Section = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heading'), text: z.string() }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({
    kind: z.literal('table'),
    title: z.string(),
    columns: z.array(z.string()).min(1),
    /** The first cell of a row names it. */
    rows: z.array(z.array(z.string())),
  }),
  z.strictObject({ kind: z.literal('comparisons'), title: z.string(), rows: z.array(Comparison) }),
  /** One dot with its interval per row. */
  z.strictObject({ kind: z.literal('dots'), title: z.string(), unit: z.string(), rows: z.array(IntervalRow) }),
  z.strictObject({
    kind: z.literal('lines'),
    title: z.string(),
    xLabel: z.string(),
    unit: z.string(),
    series: z.array(z.strictObject({ label: z.string(), points: z.array(Point) })),
  }),
  z.strictObject({
    kind: z.literal('examples'),
    title: z.string(),
    rows: z.array(z.strictObject({ label: z.string(), lines: z.array(z.string()) })),
  }),
]);
export type Section = z.infer<typeof Section>;

/** What a player earned in a cell; means with cluster-bootstrap intervals. */
export const CellSummary = z.strictObject({
  episodes: z.int(),
  scenarios: z.int(),
  points: Interval.nullable(),
  partnerPoints: Interval.nullable(),
  /** Own points minus the partner's, dialogue by dialogue; absent in files of earlier versions. */
  margin: Interval.nullable().exactOptional(),
  /** Mean of both seats. */
  bothPoints: Interval.nullable(),
  agreementShare: Interval,
  paretoShare: Interval.nullable(),
  readableShare: z.number().nullable(),
  applicableShare: z.number().nullable(),
  followedShare: z.number().nullable(),
  invalidShare: z.number(),
  turnsPerEpisode: z.number(),
  /** SOTOPIA's dimensions and `overall`, where an evaluator read the dialogues. */
  social: z.record(z.string(), Interval).optional(),
});
export type CellSummary = z.infer<typeof CellSummary>;

/** The results file: a function of the order and the adapter's arithmetic. Times and cost are in another. */
export const ExperimentResults = z.strictObject({
  formatVersion: z.literal(1),
  order: ExperimentOrder,
  isComplete: z.boolean(),
  trainings: z.array(
    Training.omit({ config: true }).extend({
      /** Those that differ from the defaults. */
      knobs: z.record(z.string(), z.unknown()),
      milestones: z.array(Milestone),
    }),
  ),
  cells: z.array(z.strictObject({ cellId: z.string(), cell: Cell, summary: CellSummary })),
  failures: z.array(PartFailure),
  report: z.array(Section),
});
export type ExperimentResults = z.infer<typeof ExperimentResults>;
