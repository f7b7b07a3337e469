const Usher = require("@usher/client");
const { signIn } = require("../bundlers/app/sign-in.js");

const [, , backend = "", port] = process.argv;
void signIn(Usher, backend, Number(port)).then((name) => process.stdout.write(name));
