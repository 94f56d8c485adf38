/** Which interface of VFIO a device is reached by. */
export const ATTACH_CHOICES = ['auto', 'group', 'cdev'] as const;
export type AttachChoice = (typeof ATTACH_CHOICES)[number];
