// An empty extension: the development extension that a test run needs. What the tests use is index.js.
exports.activate = () => {};
