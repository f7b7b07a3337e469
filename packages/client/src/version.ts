/** The version of this package, which the server sees in the address. A test keeps it equal to package.json's. */
export const version = "0.1.0";
