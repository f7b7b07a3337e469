"use strict";

// Whoever requires the `pusher` package gets its class: so it is here, and what modules import by name is on it.
const all = require("../dist/index.js");
module.exports = Object.assign(all.Usher, all);
