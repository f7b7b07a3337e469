import { userAuth } from "../../../backend.js";

export { userAuth as OPTIONS, userAuth as POST };
