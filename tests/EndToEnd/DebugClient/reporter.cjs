// One line a test, and last the counts in the form that tests/run reads.
'use strict';

module.exports = class {
  constructor(runner) {
    const count = { pass: 0, fail: 0, pending: 0 };
    runner.on('pass', test => {
      count.pass++;
      console.log(`PASS ${test.fullTitle()}`);
    });
    runner.on('pending', test => {
      count.pending++;
      console.log(`SKIP ${test.fullTitle()}`);
    });
    runner.on('fail', (test, error) => {
      count.fail++;
      console.log(`FAIL ${test.fullTitle()}\n    ${(error.stack ?? String(error)).replaceAll('\n', '\n    ')}`);
    });
    runner.on('end', () => console.log(`${count.pass} passed, ${count.fail} failed, ${count.pending} skipped`));
  }
};
