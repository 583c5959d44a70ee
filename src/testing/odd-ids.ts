/** Ids of sessions that are easily mistaken for paths, for each other, or for something else. */
export const ODD_IDS: readonly string[] = [
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    '.',
    '..',
    'a/b',
    'a\\b',
    'A',
    'a',
    'ä',
    'a\u0308',
    'Ä',
    '~41',
    '~~',
    '%2e',
  ],
  ...['con', 'NUL', 'aux.txt', 'a:b', 'a\nb', ' a', 'a ', '😀', `${'x'.repeat(511)}a`, `${'x'.repeat(511)}b`],
  ...[`${'X'.repeat(511)}a`, 'é'.repeat(512), '\ufeffa', 's-a', '__proto__', "'; DROP TABLE session; --"],
];
