// The pages routes are reached at the same addresses as those of the app router, under /pages.
export default {
  rewrites: async () => [
    { source: "/pages/pusher/:name", destination: "/api/:name" },
    { source: "/pages/webhooks", destination: "/api/webhooks" },
  ],
};
