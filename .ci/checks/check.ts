/** One counted check. */
export interface Check {
  name: string;
  /** The problems found, one line each; none means passed. Throwing counts as failed. */
  run(): Promise<string[]> | string[];
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs checks one after the other, printing each as it ends. */
export async function runChecks(checks: readonly Check[]): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const check of checks) {
    const problems = await problemsOf(check);
    if (problems.length === 0) counts.passed++;
    else counts.failed++;
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name}`);
    for (const problem of problems) console.log(`     ${problem.replaceAll('\n', '\n     ')}`);
  }
  return counts;
}

async function problemsOf(check: Check): Promise<string[]> {
  try {
    return await check.run();
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
