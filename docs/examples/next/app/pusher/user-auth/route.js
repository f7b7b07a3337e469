import { userAuth } from "../../../usher.js";

export { userAuth as OPTIONS, userAuth as POST };
