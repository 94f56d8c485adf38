/** Where the control socket of a server is, in the folder that its clients name. */
export const CONTROL_SOCKET = 'ctl';
