/** Prepares jsdom for the tests. */

// React asks for this before it lets tests flush its work.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
