/** How an execution ended, as the end of its log and its status both tell. */
export interface Ending {
  status: string;
  exit_code: number | null;
  reason?: string | undefined;
  reason_detail?: string | undefined;
}

export function isStoppable(status: string): boolean {
  return status === 'STARTING' || status === 'RUNNING';
}

const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/** What a shell means by its own exit codes. */
const shellCodes: Record<number, { remedy: string }> = {
  126: { remedy: 'This code mostly means that the file is not executable, or is made for another platform.' },
  127: { remedy: 'This code mostly means that the image has no such program: check the spelling, and the image.' },
};

/** What happened, and what can be done about it. */
export function describeEnding({ status, exit_code, reason }: Ending): { title: string; remedy?: string } {
  switch (reason) {
    case 'signalled': {
      const number = (exit_code ?? 128) - 128;
      return {
        title: `Ended by signal ${number}${signals[number] ? ` (${signals[number]})` : ''}`,
        remedy: 'The command crashed, or something in its container ended it. The last lines of the log may say what.',
      };
    }
    case 'stopped':
      return { title: 'Stopped by a user' };
    case 'timed-out':
      return { title: 'Timed out and was stopped', remedy: 'Run it again with a longer timeout.' };
    case 'out-of-memory':
      return {
        title: 'Used too much memory and was ended',
        remedy: 'Register the image with more memory, and run it again.',
      };
    case 'start-failed':
      return {
        title: 'Never started',
        remedy: 'Correct what is named here: most often the image, its credentials, or a quota of the cloud account.',
      };
    case 'lost':
      return {
        title: 'How it ended cannot be known any more',
        remedy: 'Its task has vanished from the cloud. See what it left behind before you run it again.',
      };
    default:
      if (status === 'SUCCEEDED') return { title: 'Succeeded' };
      if (status === 'STOPPED') return { title: 'Stopped' };
      return { title: 'Failed', ...(exit_code !== null && shellCodes[exit_code]) };
  }
}
