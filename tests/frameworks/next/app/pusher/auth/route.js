import { channelAuth } from "../../../backend.js";

export { channelAuth as OPTIONS, channelAuth as POST };
