import Usher = require("../dist/with-encryption.js");

export = Usher;
