/** The viewer's pages. It has its own router; the server only has to know which paths are the viewer's and not the API's. */
export const viewerPaths = [
  '/',
  '/executions',
  '/logs',
  '/images',
  '/secrets',
  '/users',
  '/health',
  '/trace',
  '/api',
  '/settings',
  '/claim',
] as const;

export type ViewerPath = (typeof viewerPaths)[number];
