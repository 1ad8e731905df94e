const words: Record<string, string> = {
  STARTING: 'Starting',
  RUNNING: 'Running',
  TERMINATING: 'Stopping',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  STOPPED: 'Stopped',
};

export function StatusBadge({ status }: { status: string }) {
  return (
    <span class="status" data-status={status}>
      {words[status] ?? status}
    </span>
  );
}
