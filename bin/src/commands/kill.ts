import type { Context } from '../context.ts';

export default async function kill({ ui, connect }: Context, executionId: string): Promise<void> {
  const { client } = await connect();
  const answer = await client.killExecution(executionId);
  ui.result(
    { execution_id: executionId, killed: answer !== undefined, message: answer?.message ?? 'already ended' },
    () => {
      if (!answer) return ui.note('Execution is already terminated, no action taken');
      ui.fields({ 'Execution ID': answer.execution_id, Message: answer.message });
    },
  );
}
