# What there is, and what is said of it.
$ mdb sample:goldcloth -e '::help'
Each line is [address][,count] [command] [| command ...] [! filter].
  address   hexadecimal unless 0t, 0o or 0i stands before it; a symbol; an expression; space:expression (::spaces)
  ::name    a command; ::dcmds lists them, ::help NAME tells of one
  /X        memory at the address as a 4-byte number; ::formats lists the letters; = shows the value itself
  a | b     runs b for each address that a prints; ::walkers lists what ::walk can walk
  ! grep    filters lines: grep, egrep, head, tail, wc, sort, uniq
Good first lines: ::status   ::findings   $C   ::stack -u   ::cpuinfo   ::msgbuf   ::domain
= 0
$ mdb sample:goldcloth -e '::help print'
::print: print the object at an address by its type
  [address]::print [-aCdhiLnptTx] [-c limit] [-l limit] [-s depth] [type] [member ...]
  -a          show addresses
  -C          show arrays of characters of any length as text
  -c limit    show arrays of at most so many characters as text
  -d          integers in decimal
  -h          show holes in structures
  -i          the address is the value itself
  -L          show all elements of arrays
  -l limit    show so many elements of arrays
  -n          pointers as numbers, not as symbols
  -p          the address is a physical one
  -s depth    open so many levels of structures
  -t          show types
  -T          show types and what they stand for
  -x          integers in hexadecimal
  The type may be left out where the address is that of a symbol, or comes from a walker. Without an address the layout is shown.
  Members are written as in C: a.b, a->b, a[3]; indices are of the current radix.
  In a pipe it gives the value of a pointer, a number or an enumeration, and the address of anything else; with -a always the address.
  ffbe1100::print struct vcpu arch.guest_context.user_regs
  utsname::print
  ::walk thread | ::print -a kthread_t t_procp->p_user.u_comm t_stkbase
= 0
$ mdb sample:goldcloth -e '::help $C ::walk'
$C: print the stack with frame pointers
  [address]$C [arguments]
  As $c; help of ::stack tells what the address and the number mean.
::walk: walk a data structure
  [address]::walk walker [variable]
  Prints the address of each thing; with an address, of the things that belong to that one. ::walkers lists the walkers.
  A variable holds the address while the rest of the pipe runs.
  ::walk thread | ::findstack
  ffbe4100::walk vcpu | ::print struct vcpu runstate.state
= 0
$ mdb sample:goldcloth -e '::help pint'
! mdb: unknown command: pint; did you mean ::print?
= 2
$ mdb sample:goldcloth -e '::dcmds'
$<                       - run what became of a macro of adb, or print a structure
$<<                      - run what became of a macro of adb, or print a structure
$>                       - not here: output is not written to files; let the shell do it
$C                       - print the stack with frame pointers
$M                       - list the macros of $<
$W                       - not here: a dump is only read
$c                       - print the stack
$d                       - get or set the radix of numbers without prefix
$m                       - print the mappings of an address space
$q                       - end
$r                       - print the registers
$v                       - print variables and registers
$w                       - get or set the characters of a line
/                        - print memory by formats
:c                       - not here: a dump does not run
:e                       - not here: a dump does not run
:k                       - not here: a dump does not run
:r                       - not here: a dump does not run
:s                       - not here: a dump does not run
:u                       - not here: a dump does not run
=                        - print a value by formats
>                        - set a variable
?                        - print memory by formats, as / does
@                        - print physical memory by formats
\                        - print physical memory by formats
array                    - print the addresses of the elements of an array
cont                     - not here: a dump does not run
cpuinfo                  - print CPUs and the threads that run on them
dcmds                    - list the commands
dis                      - disassemble a function, or around an address
domain                   - print the hypervisor's domains
dump                     - print memory as bytes and characters
echo                     - print words
enum                     - print the constants of an enumeration
eval                     - run commands, for each address of a pipe
exception                - decode the exception records on the stack
findings                 - print what crashed and why, with the evidence
findstack                - find and print the stack of a thread
formats                  - list the format letters of / \ ? @ =
frames                   - print the sizes of the frames of a stack
grep                     - print the address if an expression in which . is the address is not 0
head                     - the first addresses of a pipe
help                     - tell of a command, or how lines are written
kgrep                    - search mapped kernel memory for a number, such as a pointer
kill                     - not here: a dump does not run
list                     - walk a list by the member that points to the next
load                     - not here: there are no debugger modules; everything is built in
log                      - not here: output is not written to files; let the shell do it
map                      - print the value of an expression in which . is the address
mappings                 - print the mappings of an address space
memstat                  - count the pages by what they are
modinfo                  - print the kernel's modules
msgbuf                   - print the kernel's messages, or the hypervisor's console
next                     - not here: a dump does not run
nm                       - print symbols: of all images, of one, or the one at an address
objects                  - list the images with symbols: modules of the kernel, the hypervisor
objs                     - list the images with symbols: modules of the kernel, the hypervisor
offsetof                 - print the offset of a member of a type
panicinfo                - print the CPU, thread, message and registers of the panic
pcpu                     - print the physical CPUs and the vcpus that they run
pgrep                    - list processes whose name matches a regular expression
pid2proc                 - print the address of the process with the id that the address is
print                    - print the object at an address by its type
ps                       - list processes
ptree                    - print the tree of processes, or the line through one
quit                     - end
regs                     - print the registers
run                      - not here: a dump does not run
set                      - show the settings
showrev                  - print the host, the kernel and the hypervisor and their versions
sizeof                   - print the size of a type
spaces                   - list the address spaces and how to name an address in one
stack                    - print the stack
stacks                   - print the different stacks of the threads, with how many threads have each
status                   - print what the dump is of and what stopped the machine
step                     - not here: a dump does not run
thread                   - print threads
threadlist               - list threads, with -v and their stacks
typeset                  - make variables, and mark them
unload                   - not here: there are no debugger modules; everything is built in
unset                    - forget variables
vars                     - print variables and registers
vcpu                     - print the hypervisor's vcpus
vtop                     - print the physical address behind a virtual one
walk                     - walk a data structure
walkers                  - list what ::walk can walk
whatis                   - tell what an address is in: a module, a thread, a stack, a domain, a mapping
xpvbuf                   - print what the hypervisor said when it panicked: message, registers, stack
= 0
$ mdb sample:goldcloth -e '::walkers'
as                       - walk the address spaces of the kernel and of processes
avl                      - walk the objects of the avl_tree_t at the address, in order
b_cont                   - walk the messages (mblk_t) that b_cont links, from the address on
b_next                   - walk the messages (mblk_t) that b_next links, from the address on
cpu                      - walk the CPUs
cpu_dispq                - walk the threads on a CPU's dispatch queues, or on those of all
domain                   - walk the hypervisor's domains
list                     - walk the objects of the list_t at the address
modctl                   - walk the list of modules
pcpu                     - walk the physical CPUs whose stacks are known, by their struct cpu_info
proc                     - walk all processes, or one and its descendants
seg                      - walk the segments of the address space (struct as) at the address, or of the kernel's
thread                   - walk all threads, or those of a process
vcpu                     - walk a domain's vcpus, or those of all
= 0
$ mdb sample:goldcloth -e '::dcmds ! grep -c :; ::cpuinof; $Z'
22
! mdb: invalid command '::cpuinof': unknown dcmd name; did you mean ::cpuinfo?
!     ::dcmds ! grep -c :; ::cpuinof; $Z
!                          ^^^^^^^^^
! mdb: invalid command '$Z': unknown dcmd name
!     ::dcmds ! grep -c :; ::cpuinof; $Z
!                                     ^^
= 2
$ mdb sample:goldcloth -e '::print -q'
! mdb: ::print has no option -q: [address]::print [-aCdhiLnptTx] [-c limit] [-l limit] [-s depth] [type] [member ...]
!     ::print -q
!     ^^^^^^^^^^
= 2
