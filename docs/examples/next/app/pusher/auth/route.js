import { channelAuth } from "../../../usher.js";

export { channelAuth as OPTIONS, channelAuth as POST };
