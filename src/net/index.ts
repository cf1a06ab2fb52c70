/**
 * Files from the network: one client that goes through the user's proxy, one downloader that resumes, retries and
 * checks. It does not know what the files are for, and writes nothing but its target and that file's `.part`.
 */
export { hashFile } from './checksum.js';
export { download } from './download.js';
export { DownloadError } from './failures.js';
export { callJson, type JsonAnswer } from './json.js';
export { type DownloadRequest, withoutCredentials } from './request.js';
export { looksLikeWebPage } from './web-page.js';
