/*
 * The peer of the "solaris" group: unpacks the packed pages of a vmdump, all tag-0 records, as plainly as C does it.
 *   lzjb FILE OFFSET PAGES THREADS
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

enum { PAGE = 4096 };

static const uint8_t *file;
static size_t *where;
static long pages;
static int threads;

static int unpack(const uint8_t *src, size_t length, uint8_t *page)
{
	const uint8_t *end = src + length;
	size_t to = 0;
	unsigned map = 0;
	int bit = 8;

	if (length >= PAGE) {
		memcpy(page, src, PAGE);
		return 1;
	}
	while (to < PAGE && src < end) {
		if (bit == 8) {
			map = *src++;
			bit = 0;
		}
		if (map >> bit++ & 1) {
			if (end - src < 2)
				return 0;
			size_t count = (src[0] >> 2) + 3, back = (src[0] << 8 | src[1]) & 0x3ff;
			src += 2;
			if (back == 0 || back > to)
				return 0;
			for (; count > 0 && to < PAGE; count--, to++)
				page[to] = page[to - back];
		} else {
			if (src == end)
				return 0;
			page[to++] = *src++;
		}
	}
	return to == PAGE;
}

static void *run(void *which)
{
	uint8_t page[PAGE];
	long first = pages * (long)which / threads, last = pages * ((long)which + 1) / threads;
	uintptr_t good = 0;

	for (long i = first; i < last; i++) {
		uint32_t size;
		memcpy(&size, file + where[i], 4);
		good += unpack(file + where[i] + 4, size, page);
	}
	return (void *)good;
}

int main(int argc, char **argv)
{
	struct stat st;
	pthread_t id[64];
	uintptr_t good = 0;
	int fd;

	if (argc != 5 || (fd = open(argv[1], O_RDONLY)) < 0 || fstat(fd, &st) < 0)
		return 2;
	pages = atol(argv[3]);
	threads = atoi(argv[4]);
	file = mmap(0, st.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	where = malloc(pages * sizeof *where);
	if (file == MAP_FAILED || where == 0 || threads < 1 || threads > 64)
		return 2;
	size_t at = atol(argv[2]);
	for (long i = 0; i < pages; i++) {
		uint32_t size;
		memcpy(&size, file + at, 4);
		where[i] = at;
		at += 4 + size;
	}
	for (long i = 0; i < threads; i++)
		pthread_create(&id[i], 0, run, (void *)i);
	for (int i = 0; i < threads; i++) {
		void *some;
		pthread_join(id[i], &some);
		good += (uintptr_t)some;
	}
	return good == (uintptr_t)pages ? 0 : 1;
}
