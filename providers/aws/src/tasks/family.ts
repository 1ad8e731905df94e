/** The task definition family of an image, as upstream names it: its roles may only run families that start with `runvoy-`. */
export function familyOf(imageId: string): string {
  return `runvoy-${imageId.replace(/[^A-Za-z0-9_-]/g, '-')}`.replace(/-+/g, '-').replace(/^-|-$/g, '');
}
