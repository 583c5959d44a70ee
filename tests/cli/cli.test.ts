/**
 * Tests of the built command. They mostly wait, for conversations at real time, so they are one file whose suites run
 * side by side: the time of the longest instead of the sum.
 */
import './demo.suite.ts';
import './sim-and-call.suite.ts';
import './bad-input.suite.ts';
import './flow.suite.ts';
import './showcase.suite.ts';
