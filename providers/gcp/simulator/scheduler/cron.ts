import { invalidArgument } from '../cloud/cloud-error.ts';

const ranges: readonly (readonly [from: number, to: number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];
const names: readonly (readonly string[])[] = [
  [],
  [],
  [],
  ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
];

/** Whether a schedule has this minute in it. */
export type Cron = (time: Date) => boolean;

/** Five fields of unix-cron, in a time zone of the tz database. Throws INVALID_ARGUMENT. */
export function parseCron(schedule: string, timeZone: string): Cron {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5)
    throw invalidArgument(`Schedule or time zone is invalid: '${schedule}' must have five fields.`);
  const sets = fields.map((field, at) => valuesOf(field, at));
  const parts = zoneParts(timeZone || 'Etc/UTC');
  // Where both are restricted, either of the days is enough.
  const anyDay = fields[2] === '*' || fields[4] === '*';
  return (time) => {
    const [minute, hour, day, month, weekday] = parts(time) as [number, number, number, number, number];
    if (!sets[0]!.has(minute) || !sets[1]!.has(hour) || !sets[3]!.has(month)) return false;
    const onDay = sets[2]!.has(day);
    const onWeekday = sets[4]!.has(weekday) || (weekday === 0 && sets[4]!.has(7));
    return anyDay ? onDay && onWeekday : onDay || onWeekday;
  };
}

function valuesOf(field: string, at: number): Set<number> {
  const [from, to] = ranges[at]!;
  const invalid = () => invalidArgument(`Schedule or time zone is invalid: '${field}' is no field of a schedule.`);
  const number = (text: string): number => {
    const named = names[at]!.indexOf(text.toLowerCase());
    const value = named >= 0 && text !== '' ? named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw invalid();
    return value;
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, range, , step = '1'] = /^([^/]+)(\/(\d+))?$/.exec(part) ?? [];
    if (range === undefined || Number(step) === 0) throw invalid();
    const [first, last] = range === '*' ? [from, to] : range.split('-').map(number);
    for (let value = first!; value <= (last ?? (part.includes('/') ? to : first!)); value += Number(step))
      values.add(value);
  }
  return values;
}

function zoneParts(timeZone: string): (time: Date) => number[] {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      minute: 'numeric',
      hour: 'numeric',
      hourCycle: 'h23',
      day: 'numeric',
      month: 'numeric',
      weekday: 'short',
    });
  } catch {
    throw invalidArgument(`Schedule or time zone is invalid: there is no time zone '${timeZone}'.`);
  }
  return (time) => {
    const found = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const weekday = names[4]!.indexOf(found.weekday!.toLowerCase());
    return [Number(found.minute), Number(found.hour), Number(found.day), Number(found.month), weekday];
  };
}
