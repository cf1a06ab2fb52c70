/** A picture, bundled as the text of a data: URL. */
declare module '*.png' {
  const url: string;
  export default url;
}
