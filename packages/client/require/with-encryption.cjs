"use strict";

// To Node a require of the module gives its export of the name "module.exports"; to bundlers it gives all that is exported.
const client = require("../dist/with-encryption.js");
module.exports = client.default ?? client;
