export interface Goal {
  /** Whether the ratio must not be above or not be below the limit. */
  is: 'at most' | 'at least';
  limit: number;
  /** What the number is: a ratio to the ceiling (`×`) unless it has a unit of its own. */
  unit?: 'ms' | 'MB' | 'reads' | 'writes';
}

/** One line of the table. */
export interface Row {
  /** The benchmark's name. */
  name: string;
  path: string;
  /** The subject's figure, with its unit. */
  subject: string;
  /** What it is measured against, with its figure and unit. */
  ceiling: string;
  /** The number that the goal is about; absent when it could not be measured, and `note` says why. */
  result?: number;
  goal?: Goal;
  note?: string;
}

/** `undefined` where there is nothing to judge. */
export function met({ result, goal }: Row): boolean | undefined {
  if (result === undefined || goal === undefined) return undefined;
  return goal.is === 'at most' ? result <= goal.limit : result >= goal.limit;
}

export interface Bench {
  /** What `npm run bench <name>` calls it. */
  name: string;
  run(): Promise<Row[]>;
}

export function milliseconds(figure: number): string {
  return `${figure < 20 ? figure.toFixed(1) : Math.round(figure).toLocaleString('en')} ms`;
}

export function perSecond(figure: number): string {
  return `${Math.round(figure).toLocaleString('en')}/s`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
