import { lazy } from '../clients/lazy.ts';
import { type LambdaContext, type LambdaOptions, openLambdaBackend, startEarly } from './backend.ts';
import { type FunctionUrlEvent, type FunctionUrlResult, toRequest, toResult } from './function-url.ts';

export type OrchestratorHandler = (event: FunctionUrlEvent, context: LambdaContext) => Promise<FunctionUrlResult>;

/** The function behind the Function URL: the HTTP API. */
export function createOrchestrator(
  env: Record<string, string | undefined>,
  options: LambdaOptions = {},
): OrchestratorHandler {
  const backend = lazy(() => openLambdaBackend(env, 'orchestrator', options));
  startEarly(backend);
  return async (event, context) => {
    const { fetch } = await backend();
    const { sourceIp } = event.requestContext.http;
    const response = await fetch(toRequest(event), {
      requestId: context.awsRequestId,
      ...(sourceIp !== undefined && { clientAddress: sourceIp }),
    });
    return toResult(response);
  };
}
