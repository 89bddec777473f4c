# One sentence, exit code 2: bad input and bad command lines.
$ stack
! xendump: Required argument missing for command: 'stack'; see xendump stack --help.
= 2

$ frobnicate
! xendump: There is no verb frobnicate; xendump --help lists them.
= 2

$ info absent
! xendump: absent does not exist; give the path of a dump.
= 2

$ print made-up 'hardware_domain->tot_page'
! xendump: In "hardware_domain->tot_page" at "tot_page": struct domain has no member tot_page; did you mean tot_pages?
= 2
