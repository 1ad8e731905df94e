import { Confirmation } from '../../components/dialog.tsx';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';

export interface StopDialogProps {
  executionId: string;
  command: string;
  onClose(): void;
  onStopped?(): void;
}

export function StopDialog({ executionId, command, onClose, onStopped }: StopDialogProps) {
  return (
    <Confirmation
      title="Stop this execution?"
      verb="Stop"
      onClose={onClose}
      perform={async () => {
        const stopped = await client.value.killExecution(executionId);
        toast(stopped ? 'It is being stopped' : 'It had ended already');
        onStopped?.();
      }}
    >
      <pre class="code block">{command}</pre>
      <p>Its task is ended in the cloud; what it has printed so far is kept.</p>
    </Confirmation>
  );
}
