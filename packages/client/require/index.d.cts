import Usher = require("../dist/index.js");

export = Usher;
