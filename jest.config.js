const jupyterLab = require('@jupyterlab/testing/lib/jest-config');

module.exports = {
  ...jupyterLab(__dirname),
  modulePathIgnorePatterns: [
    '<rootDir>/\\.venv/',
    '<rootDir>/jupyter_mlgit/',
    '<rootDir>/lib/'
  ],
  reporters: ['default'],
  setupFilesAfterEnv: ['<rootDir>/src/testing/setUp.ts'],
  testRegex: 'src/.*\\.test\\.tsx?$',
  testPathIgnorePatterns: ['/lib/', '/node_modules/', '/ui-tests/'],
  // These packages ship ES modules, which jest 29 does not read as they are.
  transformIgnorePatterns: [
    '/node_modules/(?!(@codemirror|@jupyter|@jupyterlab|@marijn|@microsoft|@rjsf|color|exenv-es6|lib0|marked|nanoid|vscode-ws-jsonrpc|y-protocols|y-websocket|yjs)).+'
  ]
};
