# The talk's example: instructions before and behind an address within a function.
$ mdb sample:goldcloth -e 'f4c76e9d::dis'
page_ctr_sub_internal:          pushl  %ebp
page_ctr_sub_internal+1:        movl   %esp,%ebp
page_ctr_sub_internal+3:        subl   $0x30,%esp
page_ctr_sub_internal+6:        andl   $0xfffffff0,%esp
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
page_ctr_sub_internal+0xb:      pushl  %edi
page_ctr_sub_internal+0xc:      movl   0xc(%ebp),%esi
page_ctr_sub_internal+0xf:      movl   0x10(%ebp),%edi
page_ctr_sub_internal+0x12:     movl   0x14(%ebp),%ebx
page_ctr_sub_internal+0x15:     movl   0x8(%ebp),%eax
page_ctr_sub_internal+0x18:     cmpl   $0x0,%eax
page_ctr_sub_internal+0x1b:     je     +0x5     <page_ctr_sub_internal+0x22>
page_ctr_sub_internal+0x1d:     nop    
page_ctr_sub_internal+0x1e:     nop    
= 0
$ mdb sample:goldcloth -e 'f4c76e9d::dis -n 2'
page_ctr_sub_internal+3:        subl   $0x30,%esp
page_ctr_sub_internal+6:        andl   $0xfffffff0,%esp
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
page_ctr_sub_internal+0xb:      pushl  %edi
= 0
$ mdb sample:goldcloth -e 'f4c76e9d::dis -n 1 -a'
f4c76e9a                        andl   $0xfffffff0,%esp
f4c76e9d                        pushl  %ebx
f4c76e9e                        pushl  %esi
= 0
$ mdb sample:goldcloth -e 'f4c76e9d::dis -n 1 -b'
f4c76e9a  page_ctr_sub_internal+6:              andl   $0xfffffff0,%esp
f4c76e9d  page_ctr_sub_internal+9:              pushl  %ebx
f4c76e9e  page_ctr_sub_internal+0xa:            pushl  %esi
= 0
$ mdb sample:goldcloth -e 'f4c76e9d::dis -n 1 -f'
page_ctr_sub_internal+6:        andl   $0xfffffff0,%esp
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
= 0
# A function by its name: all of it, or so many; a window with -w.
$ mdb sample:goldcloth -e '::dis page_ctr_sub_internal'
page_ctr_sub_internal:          pushl  %ebp
page_ctr_sub_internal+1:        movl   %esp,%ebp
page_ctr_sub_internal+3:        subl   $0x30,%esp
page_ctr_sub_internal+6:        andl   $0xfffffff0,%esp
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
page_ctr_sub_internal+0xb:      pushl  %edi
page_ctr_sub_internal+0xc:      movl   0xc(%ebp),%esi
page_ctr_sub_internal+0xf:      movl   0x10(%ebp),%edi
page_ctr_sub_internal+0x12:     movl   0x14(%ebp),%ebx
page_ctr_sub_internal+0x15:     movl   0x8(%ebp),%eax
page_ctr_sub_internal+0x18:     cmpl   $0x0,%eax
page_ctr_sub_internal+0x1b:     je     +0x5     <page_ctr_sub_internal+0x22>
page_ctr_sub_internal+0x1d:     nop    
page_ctr_sub_internal+0x1e:     nop    
page_ctr_sub_internal+0x1f:     nop    
page_ctr_sub_internal+0x20:     nop    
page_ctr_sub_internal+0x21:     nop    
page_ctr_sub_internal+0x22:     nop    
page_ctr_sub_internal+0x23:     nop    
page_ctr_sub_internal+0x24:     nop    
page_ctr_sub_internal+0x25:     nop    
page_ctr_sub_internal+0x26:     nop    
page_ctr_sub_internal+0x27:     nop    
page_ctr_sub_internal+0x28:     nop    
page_ctr_sub_internal+0x29:     nop    
page_ctr_sub_internal+0x2a:     nop    
page_ctr_sub_internal+0x2b:     nop    
page_ctr_sub_internal+0x2c:     nop    
page_ctr_sub_internal+0x2d:     nop    
page_ctr_sub_internal+0x2e:     nop    
page_ctr_sub_internal+0x2f:     nop    
page_ctr_sub_internal+0x30:     nop    
page_ctr_sub_internal+0x31:     nop    
page_ctr_sub_internal+0x32:     nop    
page_ctr_sub_internal+0x33:     nop    
page_ctr_sub_internal+0x34:     nop    
page_ctr_sub_internal+0x35:     nop    
page_ctr_sub_internal+0x36:     nop    
page_ctr_sub_internal+0x37:     nop    
page_ctr_sub_internal+0x38:     nop    
page_ctr_sub_internal+0x39:     nop    
page_ctr_sub_internal+0x3a:     nop    
page_ctr_sub_internal+0x3b:     nop    
page_ctr_sub_internal+0x3c:     nop    
page_ctr_sub_internal+0x3d:     nop    
page_ctr_sub_internal+0x3e:     nop    
page_ctr_sub_internal+0x3f:     nop    
page_ctr_sub_internal+0x40:     nop    
page_ctr_sub_internal+0x41:     nop    
page_ctr_sub_internal+0x42:     nop    
page_ctr_sub_internal+0x43:     nop    
page_ctr_sub_internal+0x44:     nop    
page_ctr_sub_internal+0x45:     nop    
page_ctr_sub_internal+0x46:     nop    
page_ctr_sub_internal+0x47:     nop    
page_ctr_sub_internal+0x48:     nop    
page_ctr_sub_internal+0x49:     nop    
page_ctr_sub_internal+0x4a:     nop    
page_ctr_sub_internal+0x4b:     nop    
page_ctr_sub_internal+0x4c:     nop    
page_ctr_sub_internal+0x4d:     nop    
page_ctr_sub_internal+0x4e:     nop    
page_ctr_sub_internal+0x4f:     nop    
page_ctr_sub_internal+0x50:     nop    
page_ctr_sub_internal+0x51:     nop    
page_ctr_sub_internal+0x52:     nop    
page_ctr_sub_internal+0x53:     nop    
page_ctr_sub_internal+0x54:     nop    
page_ctr_sub_internal+0x55:     nop    
page_ctr_sub_internal+0x56:     nop    
page_ctr_sub_internal+0x57:     nop    
page_ctr_sub_internal+0x58:     nop    
page_ctr_sub_internal+0x59:     nop    
page_ctr_sub_internal+0x5a:     nop    
page_ctr_sub_internal+0x5b:     nop    
page_ctr_sub_internal+0x5c:     nop    
page_ctr_sub_internal+0x5d:     nop    
page_ctr_sub_internal+0x5e:     nop    
page_ctr_sub_internal+0x5f:     nop    
page_ctr_sub_internal+0x60:     nop    
page_ctr_sub_internal+0x61:     nop    
page_ctr_sub_internal+0x62:     nop    
page_ctr_sub_internal+0x63:     nop    
page_ctr_sub_internal+0x64:     nop    
page_ctr_sub_internal+0x65:     nop    
page_ctr_sub_internal+0x66:     nop    
page_ctr_sub_internal+0x67:     nop    
page_ctr_sub_internal+0x68:     nop    
page_ctr_sub_internal+0x69:     nop    
page_ctr_sub_internal+0x6a:     nop    
page_ctr_sub_internal+0x6b:     nop    
page_ctr_sub_internal+0x6c:     nop    
page_ctr_sub_internal+0x6d:     nop    
page_ctr_sub_internal+0x6e:     nop    
page_ctr_sub_internal+0x6f:     nop    
page_ctr_sub_internal+0x70:     nop    
page_ctr_sub_internal+0x71:     nop    
page_ctr_sub_internal+0x72:     nop    
page_ctr_sub_internal+0x73:     nop    
page_ctr_sub_internal+0x74:     nop    
page_ctr_sub_internal+0x75:     nop    
page_ctr_sub_internal+0x76:     nop    
page_ctr_sub_internal+0x77:     nop    
page_ctr_sub_internal+0x78:     nop    
page_ctr_sub_internal+0x79:     nop    
page_ctr_sub_internal+0x7a:     nop    
page_ctr_sub_internal+0x7b:     nop    
page_ctr_sub_internal+0x7c:     nop    
page_ctr_sub_internal+0x7d:     nop    
page_ctr_sub_internal+0x7e:     nop    
page_ctr_sub_internal+0x7f:     nop    
page_ctr_sub_internal+0x80:     nop    
page_ctr_sub_internal+0x81:     nop    
page_ctr_sub_internal+0x82:     nop    
page_ctr_sub_internal+0x83:     nop    
page_ctr_sub_internal+0x84:     nop    
page_ctr_sub_internal+0x85:     nop    
page_ctr_sub_internal+0x86:     nop    
page_ctr_sub_internal+0x87:     nop    
page_ctr_sub_internal+0x88:     nop    
page_ctr_sub_internal+0x89:     nop    
page_ctr_sub_internal+0x8a:     nop    
page_ctr_sub_internal+0x8b:     nop    
page_ctr_sub_internal+0x8c:     nop    
page_ctr_sub_internal+0x8d:     nop    
page_ctr_sub_internal+0x8e:     nop    
page_ctr_sub_internal+0x8f:     nop    
page_ctr_sub_internal+0x90:     nop    
page_ctr_sub_internal+0x91:     nop    
page_ctr_sub_internal+0x92:     nop    
page_ctr_sub_internal+0x93:     nop    
page_ctr_sub_internal+0x94:     nop    
page_ctr_sub_internal+0x95:     nop    
page_ctr_sub_internal+0x96:     nop    
page_ctr_sub_internal+0x97:     nop    
page_ctr_sub_internal+0x98:     nop    
page_ctr_sub_internal+0x99:     nop    
page_ctr_sub_internal+0x9a:     nop    
page_ctr_sub_internal+0x9b:     nop    
page_ctr_sub_internal+0x9c:     nop    
page_ctr_sub_internal+0x9d:     nop    
page_ctr_sub_internal+0x9e:     nop    
page_ctr_sub_internal+0x9f:     nop    
page_ctr_sub_internal+0xa0:     nop    
page_ctr_sub_internal+0xa1:     nop    
page_ctr_sub_internal+0xa2:     nop    
page_ctr_sub_internal+0xa3:     nop    
page_ctr_sub_internal+0xa4:     nop    
page_ctr_sub_internal+0xa5:     nop    
page_ctr_sub_internal+0xa6:     nop    
page_ctr_sub_internal+0xa7:     nop    
page_ctr_sub_internal+0xa8:     nop    
page_ctr_sub_internal+0xa9:     nop    
page_ctr_sub_internal+0xaa:     nop    
page_ctr_sub_internal+0xab:     nop    
page_ctr_sub_internal+0xac:     nop    
page_ctr_sub_internal+0xad:     nop    
page_ctr_sub_internal+0xae:     nop    
page_ctr_sub_internal+0xaf:     nop    
page_ctr_sub_internal+0xb0:     nop    
page_ctr_sub_internal+0xb1:     nop    
page_ctr_sub_internal+0xb2:     nop    
page_ctr_sub_internal+0xb3:     nop    
page_ctr_sub_internal+0xb4:     nop    
page_ctr_sub_internal+0xb5:     nop    
page_ctr_sub_internal+0xb6:     nop    
page_ctr_sub_internal+0xb7:     nop    
page_ctr_sub_internal+0xb8:     nop    
page_ctr_sub_internal+0xb9:     nop    
page_ctr_sub_internal+0xba:     nop    
page_ctr_sub_internal+0xbb:     nop    
page_ctr_sub_internal+0xbc:     nop    
page_ctr_sub_internal+0xbd:     nop    
page_ctr_sub_internal+0xbe:     nop    
page_ctr_sub_internal+0xbf:     nop    
page_ctr_sub_internal+0xc0:     nop    
page_ctr_sub_internal+0xc1:     nop    
page_ctr_sub_internal+0xc2:     nop    
page_ctr_sub_internal+0xc3:     nop    
page_ctr_sub_internal+0xc4:     nop    
page_ctr_sub_internal+0xc5:     nop    
page_ctr_sub_internal+0xc6:     nop    
page_ctr_sub_internal+0xc7:     nop    
page_ctr_sub_internal+0xc8:     nop    
page_ctr_sub_internal+0xc9:     nop    
page_ctr_sub_internal+0xca:     nop    
page_ctr_sub_internal+0xcb:     nop    
page_ctr_sub_internal+0xcc:     nop    
page_ctr_sub_internal+0xcd:     nop    
page_ctr_sub_internal+0xce:     nop    
page_ctr_sub_internal+0xcf:     nop    
page_ctr_sub_internal+0xd0:     nop    
page_ctr_sub_internal+0xd1:     nop    
page_ctr_sub_internal+0xd2:     nop    
page_ctr_sub_internal+0xd3:     nop    
page_ctr_sub_internal+0xd4:     nop    
page_ctr_sub_internal+0xd5:     nop    
page_ctr_sub_internal+0xd6:     nop    
page_ctr_sub_internal+0xd7:     nop    
page_ctr_sub_internal+0xd8:     nop    
page_ctr_sub_internal+0xd9:     nop    
page_ctr_sub_internal+0xda:     nop    
page_ctr_sub_internal+0xdb:     nop    
page_ctr_sub_internal+0xdc:     nop    
page_ctr_sub_internal+0xdd:     nop    
page_ctr_sub_internal+0xde:     nop    
page_ctr_sub_internal+0xdf:     nop    
page_ctr_sub_internal+0xe0:     nop    
page_ctr_sub_internal+0xe1:     nop    
page_ctr_sub_internal+0xe2:     nop    
page_ctr_sub_internal+0xe3:     nop    
page_ctr_sub_internal+0xe4:     nop    
page_ctr_sub_internal+0xe5:     nop    
page_ctr_sub_internal+0xe6:     nop    
page_ctr_sub_internal+0xe7:     nop    
page_ctr_sub_internal+0xe8:     nop    
page_ctr_sub_internal+0xe9:     nop    
page_ctr_sub_internal+0xea:     nop    
page_ctr_sub_internal+0xeb:     nop    
page_ctr_sub_internal+0xec:     nop    
page_ctr_sub_internal+0xed:     nop    
page_ctr_sub_internal+0xee:     nop    
page_ctr_sub_internal+0xef:     nop    
page_ctr_sub_internal+0xf0:     nop    
page_ctr_sub_internal+0xf1:     nop    
page_ctr_sub_internal+0xf2:     nop    
page_ctr_sub_internal+0xf3:     nop    
page_ctr_sub_internal+0xf4:     nop    
page_ctr_sub_internal+0xf5:     nop    
page_ctr_sub_internal+0xf6:     nop    
page_ctr_sub_internal+0xf7:     nop    
page_ctr_sub_internal+0xf8:     nop    
page_ctr_sub_internal+0xf9:     nop    
page_ctr_sub_internal+0xfa:     nop    
page_ctr_sub_internal+0xfb:     nop    
page_ctr_sub_internal+0xfc:     nop    
page_ctr_sub_internal+0xfd:     nop    
page_ctr_sub_internal+0xfe:     nop    
page_ctr_sub_internal+0xff:     nop    
page_ctr_sub_internal+0x100:    nop    
page_ctr_sub_internal+0x101:    nop    
page_ctr_sub_internal+0x102:    nop    
page_ctr_sub_internal+0x103:    nop    
page_ctr_sub_internal+0x104:    nop    
page_ctr_sub_internal+0x105:    nop    
page_ctr_sub_internal+0x106:    nop    
page_ctr_sub_internal+0x107:    nop    
page_ctr_sub_internal+0x108:    nop    
page_ctr_sub_internal+0x109:    nop    
page_ctr_sub_internal+0x10a:    nop    
page_ctr_sub_internal+0x10b:    nop    
page_ctr_sub_internal+0x10c:    nop    
page_ctr_sub_internal+0x10d:    nop    
page_ctr_sub_internal+0x10e:    nop    
page_ctr_sub_internal+0x10f:    nop    
page_ctr_sub_internal+0x110:    nop    
page_ctr_sub_internal+0x111:    nop    
page_ctr_sub_internal+0x112:    nop    
page_ctr_sub_internal+0x113:    nop    
page_ctr_sub_internal+0x114:    nop    
page_ctr_sub_internal+0x115:    nop    
page_ctr_sub_internal+0x116:    nop    
page_ctr_sub_internal+0x117:    nop    
page_ctr_sub_internal+0x118:    nop    
page_ctr_sub_internal+0x119:    nop    
page_ctr_sub_internal+0x11a:    leave  
page_ctr_sub_internal+0x11b:    ret    
= 0
$ mdb sample:goldcloth -e '::dis -n 2 page_ctr_sub_internal'
page_ctr_sub_internal:          pushl  %ebp
page_ctr_sub_internal+1:        movl   %esp,%ebp
page_ctr_sub_internal+3:        subl   $0x30,%esp
= 0
$ mdb sample:goldcloth -e 'page_ctr_sub_internal::dis -w -n 1'
page_ctr_sub_internal:          pushl  %ebp
page_ctr_sub_internal+1:        movl   %esp,%ebp
= 0
$ mdb sample:goldcloth -e '::dis -n 3 xpv`panic'
xpv`panic:                      pushl  %ebp
xpv`panic+1:                    movl   %esp,%ebp
xpv`panic+3:                    nop    
xpv`panic+4:                    nop    
= 0
# In a loop there is no window; dot goes on.
$ mdb sample:goldcloth -e 'f4c76e9d,2::dis -n 1; .=p'
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
page_ctr_sub_internal+0xb:      pushl  %edi
page_ctr_sub_internal+0xc:      movl   0xc(%ebp),%esi
                page_ctr_sub_internal+0xf
= 0
# Where nothing can be read.
$ mdb sample:goldcloth -e '0::dis'
! mdb: failed to read instruction at 0: the dump records no page for the page at 0x0 in the address space 0xf5048940
= 0
$ mdb sample:goldcloth -e '::dis nosuchname'
! mdb: failed to dereference symbol: unknown symbol name nosuchname
= 2
