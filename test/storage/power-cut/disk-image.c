/*
 * Keeps the image of a disk that loses all that was not synced: preloaded into a program, it copies a file below
 * POWER_CUT_DISK to POWER_CUT_IMAGE when the program syncs it, and the names in a folder when it syncs the folder.
 *
 * Strict, as POSIX allows a file system to be: a synced file whose name was never synced with its folder is lost, a removed
 * or renamed one is back. Real file systems keep more, never less. A name points to a file by its inode and birth, because
 * inode numbers are given out again. What is there when the program starts counts as synced.
 *
 * The image changes by renames alone, so the program can be killed at any moment. Its syncs do not reach the real disk.
 *
 *   files/<key>     content of a file
 *   folders/<key>   a line `<d or f> <key> <name>` for each name; `root` points to the folder's own
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_SIZE = 64 };

/* A later sync of a file must not be overtaken by an earlier one. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static char disk[PATH_MAX];
static char image[PATH_MAX];

/* Without its image the program would prove nothing. */
static void fail(const char *what) {
  fprintf(stderr, "disk-image: %s: %s\n", what, strerror(errno));
  abort();
}

static void key_of(const struct statx *status, char key[KEY_SIZE]) {
  snprintf(key, KEY_SIZE, "%llu-%lld.%u", (unsigned long long)status->stx_ino,
           (long long)status->stx_btime.tv_sec, status->stx_btime.tv_nsec);
}

/*
 * Opens the file a second time only when it cannot be read by the first descriptor: closing any descriptor of a file gives
 * up the locks that its process holds on it.
 */
static void copy(int descriptor, FILE *to) {
  int from = descriptor;
  if ((fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_WRONLY) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    from = open(link, O_RDONLY | O_CLOEXEC);
    if (from < 0) fail(link);
  }
  char buffer[1 << 16];
  off_t offset = 0;
  for (;;) {
    ssize_t size = pread(from, buffer, sizeof buffer, offset);
    if (size < 0) fail("read");
    if (size == 0) break;
    if (fwrite(buffer, 1, (size_t)size, to) != (size_t)size) fail("write");
    offset += size;
  }
  if (from != descriptor) close(from);
}

static void list(const char *path, FILE *to) {
  DIR *folder = opendir(path);
  if (folder == NULL) fail(path);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    struct statx status;
    /* Another process may have removed it meanwhile. */
    if (statx(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) continue;
    if (!S_ISDIR(status.stx_mode) && !S_ISREG(status.stx_mode)) continue;
    char key[KEY_SIZE];
    key_of(&status, key);
    fprintf(to, "%c %s %s\n", S_ISDIR(status.stx_mode) ? 'd' : 'f', key, entry->d_name);
  }
  closedir(folder);
}

/* Takes a file or a folder over into the image. */
static void keep(int descriptor, const char *path) {
  struct statx status;
  if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) fail(path);
  int is_folder = S_ISDIR(status.stx_mode);
  if (!is_folder && !S_ISREG(status.stx_mode)) return;
  char key[KEY_SIZE], kept[PATH_MAX + KEY_SIZE + 16], fresh[PATH_MAX + KEY_SIZE + 32];
  key_of(&status, key);
  snprintf(kept, sizeof kept, "%s/%s/%s", image, is_folder ? "folders" : "files", key);
  snprintf(fresh, sizeof fresh, "%s.fresh", kept);
  FILE *to = fopen(fresh, "w");
  if (to == NULL) fail(fresh);
  if (is_folder) list(path, to);
  else copy(descriptor, to);
  if (fclose(to) != 0 || rename(fresh, kept) != 0) fail(kept);
}

static int keep_path(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) fail(path);
  keep(descriptor, path);
  close(descriptor);
  return 0;
}

__attribute__((constructor)) static void start(void) {
  const char *disk_name = getenv("POWER_CUT_DISK"), *image_name = getenv("POWER_CUT_IMAGE");
  if (disk_name == NULL || image_name == NULL) return;
  if (realpath(disk_name, disk) == NULL || realpath(image_name, image) == NULL) fail("folders");
  char path[PATH_MAX + 16];
  for (int index = 0; index < 2; index++) {
    snprintf(path, sizeof path, "%s/%s", image, index == 0 ? "files" : "folders");
    if (mkdir(path, 0700) != 0) fail(path);
  }
  if (nftw(disk, keep_path, 16, FTW_PHYS) != 0) fail(disk);
  struct statx status;
  char key[KEY_SIZE];
  if (statx(AT_FDCWD, disk, 0, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) fail(disk);
  key_of(&status, key);
  snprintf(path, sizeof path, "%s/root", image);
  if (symlink(key, path) != 0) fail(path);
}

static int sync_descriptor(int descriptor) {
  if (fcntl(descriptor, F_GETFD) < 0) return -1;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) fail(link);
  path[size] = '\0';
  size_t length = strlen(disk);
  int is_below = length > 0 && strncmp(path, disk, length) == 0 && (path[length] == '/' || path[length] == '\0');
  if (!is_below) return 0;
  pthread_mutex_lock(&one_at_a_time);
  keep(descriptor, path);
  pthread_mutex_unlock(&one_at_a_time);
  return 0;
}

int fsync(int descriptor) { return sync_descriptor(descriptor); }

int fdatasync(int descriptor) { return sync_descriptor(descriptor); }
