$ threads made-up
   id  cpu  vcpu         state     at
 > 1   0    d0v0         running   0xffff82d040001001  xen`machine_halt+0x1
   2   1    d[IDLE]v1    running   0xffff82d040001001  xen`machine_halt+0x1
   3   -    d0v1         offline   no registers
= 0

$ threads made-up --json
{
  "threads": [
    {
      "thread": 1,
      "name": "CPU 0: d0v0 (panicking)",
      "panicking": true,
      "cpu": 0,
      "vcpu": "d0v0",
      "state": "running",
      "pc": "0xffff82d040001001",
      "sp": "0xffff830003f57e00",
      "symbol": "xen`machine_halt+0x1"
    },
    {
      "thread": 2,
      "name": "CPU 1: idle",
      "panicking": false,
      "cpu": 1,
      "vcpu": "d[IDLE]v1",
      "state": "running",
      "pc": "0xffff82d040001001",
      "sp": "0xffff830003f5fe00",
      "symbol": "xen`machine_halt+0x1"
    },
    {
      "thread": 3,
      "name": "d0v1 (offline)",
      "panicking": false,
      "cpu": null,
      "vcpu": "d0v1",
      "state": "offline",
      "pc": null,
      "sp": null,
      "symbol": null
    }
  ]
}
= 0
