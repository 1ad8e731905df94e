/** Of the default policy; another may have more, which users that have them keep. */
export const roleMeanings: Record<string, string> = {
  viewer: 'Lists executions',
  developer: 'Runs commands, uses images and secrets',
  operator: 'Sees and stops everything, manages images and secrets',
  admin: 'Everything, users included',
};

export const roleNames = Object.keys(roleMeanings);
