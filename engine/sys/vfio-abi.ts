/**
 * Numbers of the VFIO interface, in the names of include/uapi/linux/vfio.h. Requests are _IO(';', 100 + n): they
 * carry no size, each structure states its own in `argsz`.
 */
export const VFIO_API_VERSION = 0;

export const VFIO_GET_API_VERSION = 0x3b64;
export const VFIO_CHECK_EXTENSION = 0x3b65;
export const VFIO_SET_IOMMU = 0x3b66;

export const VFIO_GROUP_GET_STATUS = 0x3b67;
export const VFIO_GROUP_SET_CONTAINER = 0x3b68;
export const VFIO_GROUP_UNSET_CONTAINER = 0x3b69;
export const VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;

export const VFIO_DEVICE_GET_INFO = 0x3b6b;
export const VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;
export const VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;
export const VFIO_DEVICE_SET_IRQS = 0x3b6e;
export const VFIO_DEVICE_RESET = 0x3b6f;

export const VFIO_IOMMU_GET_INFO = 0x3b70;
export const VFIO_IOMMU_MAP_DMA = 0x3b71;
export const VFIO_IOMMU_UNMAP_DMA = 0x3b72;

export const VFIO_TYPE1v2_IOMMU = 3;
export const VFIO_NOIOMMU_IOMMU = 8;

export const VFIO_GROUP_FLAGS_VIABLE = 0x1;
export const VFIO_GROUP_FLAGS_CONTAINER_SET = 0x2;

export const VFIO_DEVICE_FLAGS_RESET = 0x1;
export const VFIO_DEVICE_FLAGS_PCI = 0x2;

export const VFIO_REGION_INFO_FLAG_MMAP = 0x4;
export const VFIO_REGION_INFO_FLAG_CAPS = 0x8;
export const VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1;
export const VFIO_REGION_INFO_CAP_MSIX_MAPPABLE = 3;

export const VFIO_PCI_BAR0_REGION_INDEX = 0;
export const VFIO_PCI_CONFIG_REGION_INDEX = 7;

export const VFIO_IRQ_INFO_EVENTFD = 0x1;
export const VFIO_PCI_MSIX_IRQ_INDEX = 2;
export const VFIO_PCI_REQ_IRQ_INDEX = 4;

export const VFIO_IRQ_SET_DATA_NONE = 0x1;
export const VFIO_IRQ_SET_DATA_EVENTFD = 0x4;
export const VFIO_IRQ_SET_ACTION_TRIGGER = 0x20;

export const VFIO_IOMMU_INFO_PGSIZES = 0x1;
export const VFIO_IOMMU_INFO_CAPS = 0x2;
export const VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;
export const VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3;

export const VFIO_DMA_MAP_FLAG_READ = 0x1;
export const VFIO_DMA_MAP_FLAG_WRITE = 0x2;
